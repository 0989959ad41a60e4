-- A person's standing follows from decisions, whoever writes.
CREATE TRIGGER status_by_decision BEFORE INSERT OR UPDATE OF kyc_status, aml_status ON users
    FOR EACH ROW EXECUTE FUNCTION door.status_by_decision();
