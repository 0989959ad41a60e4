-- Who makes an evidence pack reads the lists of leaves too, to draw an entry's path up its tree.
CREATE POLICY staff ON audit.leaves FOR SELECT TO aetheris_staff USING (true);
GRANT SELECT ON audit.leaves TO aetheris_staff;
