//+------------------------------------------------------------------+
//| AetherisBridge: sends closed positions, open positions and the    |
//| account's balance and equity to Aetheris. It trades nothing.      |
//| Allow its address under Tools > Options > Expert Advisors >       |
//| Allow WebRequest for listed URL.                                  |
//+------------------------------------------------------------------+
#property strict
#property version "1.00"

input string InpAddress    = "https://aetheris.example"; // Address of Aetheris
input string InpConnection = "";                         // Id of the connection
input string InpToken      = "";                         // Push token, shown once
input int    InpSeconds    = 5;                          // Seconds between two sendings
input int    InpDays       = 30;                         // Days of history at the start
input int    InpServerUtc  = 0;                          // Server clock minus UTC, in minutes

datetime sentUpTo = 0;

int OnInit()
  {
   if(InpConnection == "" || InpToken == "")
     {
      Print("Aetheris: give the connection's id and its push token.");
      return INIT_PARAMETERS_INCORRECT;
     }
   sentUpTo = TimeTradeServer() - InpDays * 86400;
   EventSetTimer(MathMax(InpSeconds, 1));
   return INIT_SUCCEEDED;
  }

void OnDeinit(const int reason) { EventKillTimer(); }

void OnTimer()
  {
   datetime until = TimeTradeServer() + 60;
   string body = "{\"trades\":[" + ClosedSince(sentUpTo, until) + "],\"standing\":" + Standing() + "}";
   // A day again each time: what was not answered is sent once more, and the same trade changes nothing there.
   if(Send(body))
      sentUpTo = TimeTradeServer() - 86400;
  }

string ClosedSince(datetime from, datetime until)
  {
   string told = "";
   if(!HistorySelect(from, until))
      return told;
   ulong positions[];
   for(int i = 0; i < HistoryDealsTotal(); i++)
     {
      ulong deal = HistoryDealGetTicket(i);
      long entry = HistoryDealGetInteger(deal, DEAL_ENTRY);
      long type = HistoryDealGetInteger(deal, DEAL_TYPE);
      if((entry != DEAL_ENTRY_OUT && entry != DEAL_ENTRY_OUT_BY) || (type != DEAL_TYPE_BUY && type != DEAL_TYPE_SELL))
         continue;
      int size = ArraySize(positions);
      ArrayResize(positions, size + 1);
      positions[size] = (ulong)HistoryDealGetInteger(deal, DEAL_POSITION_ID);
     }
   for(int i = 0; i < ArraySize(positions); i++)
     {
      bool before = false;
      for(int j = 0; j < i; j++)
         before = before || positions[j] == positions[i];
      string one = before ? "" : Whole(positions[i]);
      if(one != "")
         told += (told == "" ? "" : ",") + one;
     }
   return told;
  }

// A position that is closed to its last lot; "" while some of it is open.
string Whole(ulong position)
  {
   if(!HistorySelectByPosition(position))
      return "";
   double volumeIn = 0, volumeOut = 0, valueIn = 0, valueOut = 0, profit = 0, costs = 0, swap = 0;
   datetime opened = 0, closed = 0;
   string symbol = "", side = "";
   for(int i = 0; i < HistoryDealsTotal(); i++)
     {
      ulong deal = HistoryDealGetTicket(i);
      double volume = HistoryDealGetDouble(deal, DEAL_VOLUME), price = HistoryDealGetDouble(deal, DEAL_PRICE);
      profit += HistoryDealGetDouble(deal, DEAL_PROFIT);
      swap   += HistoryDealGetDouble(deal, DEAL_SWAP);
      costs  -= HistoryDealGetDouble(deal, DEAL_COMMISSION) + HistoryDealGetDouble(deal, DEAL_FEE);
      if(HistoryDealGetInteger(deal, DEAL_ENTRY) == DEAL_ENTRY_IN)
        {
         if(opened == 0)
           {
            opened = (datetime)HistoryDealGetInteger(deal, DEAL_TIME);
            symbol = HistoryDealGetString(deal, DEAL_SYMBOL);
            side = HistoryDealGetInteger(deal, DEAL_TYPE) == DEAL_TYPE_BUY ? "long" : "short";
           }
         volumeIn += volume;
         valueIn += volume * price;
        }
      else
        {
         closed = (datetime)HistoryDealGetInteger(deal, DEAL_TIME);
         volumeOut += volume;
         valueOut += volume * price;
        }
     }
   if(volumeIn <= 0 || MathAbs(volumeIn - volumeOut) > 0.0000001)
      return "";
   return "{\"id\":\"" + IntegerToString((long)position) + "\",\"symbol\":\"" + symbol + "\",\"side\":\"" + side +
          "\",\"quantity\":\"" + DoubleToString(volumeIn, 8) + "\",\"entry_price\":\"" +
          DoubleToString(valueIn / volumeIn, 8) + "\",\"exit_price\":\"" + DoubleToString(valueOut / volumeOut, 8) +
          "\",\"entry_time\":\"" + Utc(opened) + "\",\"exit_time\":\"" + Utc(closed) + "\",\"gross_pnl\":\"" +
          DoubleToString(profit, 8) + "\",\"commissions\":\"" + DoubleToString(costs, 8) + "\",\"swap\":\"" +
          DoubleToString(swap, 8) + "\"}";
  }

string Standing()
  {
   string held = "";
   for(int i = 0; i < PositionsTotal(); i++)
     {
      ulong ticket = PositionGetTicket(i);
      if(ticket == 0)
         continue;
      string side = PositionGetInteger(POSITION_TYPE) == POSITION_TYPE_BUY ? "long" : "short";
      held += (held == "" ? "" : ",") + "{\"symbol\":\"" + PositionGetString(POSITION_SYMBOL) + "\",\"side\":\"" + side +
              "\",\"quantity\":\"" + DoubleToString(PositionGetDouble(POSITION_VOLUME), 8) + "\",\"entry_price\":\"" +
              DoubleToString(PositionGetDouble(POSITION_PRICE_OPEN), 8) + "\",\"mark_price\":\"" +
              DoubleToString(PositionGetDouble(POSITION_PRICE_CURRENT), 8) + "\",\"open_profit\":\"" +
              DoubleToString(PositionGetDouble(POSITION_PROFIT) + PositionGetDouble(POSITION_SWAP), 8) +
              "\",\"opened_at\":\"" + Utc((datetime)PositionGetInteger(POSITION_TIME)) + "\"}";
     }
   return "{\"balance\":\"" + DoubleToString(AccountInfoDouble(ACCOUNT_BALANCE), 2) + "\",\"equity\":\"" +
          DoubleToString(AccountInfoDouble(ACCOUNT_EQUITY), 2) + "\",\"positions\":[" + held + "]}";
  }

string Utc(datetime server)
  {
   MqlDateTime told;
   TimeToStruct(server - InpServerUtc * 60, told);
   return StringFormat("%04d-%02d-%02dT%02d:%02d:%02dZ", told.year, told.mon, told.day, told.hour, told.min, told.sec);
  }

bool Send(string body)
  {
   char data[], answer[];
   string heads;
   StringToCharArray(body, data, 0, StringLen(body), CP_UTF8);
   string address = InpAddress + "/api/v1/bridge/" + InpConnection + "/push";
   string told = "Content-Type: application/json\r\nAuthorization: Bearer " + InpToken + "\r\n";
   int status = WebRequest("POST", address, told, 10000, data, answer, heads);
   if(status != 200)
      Print("Aetheris answers ", status, ": ", CharArrayToString(answer, 0, 200, CP_UTF8));
   return status == 200;
  }
