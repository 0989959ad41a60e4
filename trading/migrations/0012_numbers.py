from decimal import Decimal

from django.db import migrations, models

MOST = Decimal(10) ** 12


def below(*columns: str) -> models.Q:
    return models.Q(**{f"{column}__lt": MOST for column in columns})


class Migration(migrations.Migration):
    dependencies = [("trading", "0011_trade_pictures")]
    operations = [
        migrations.AddConstraint(
            model_name="trade",
            constraint=models.CheckConstraint(
                condition=below("pnl", "gross_pnl", "commissions", "swap"), name="trades_numbers"
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=below("balance", "equity", "open_profit"), name="readings_numbers"
            ),
        ),
    ]
