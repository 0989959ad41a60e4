"""A reader of other hands finds in our Parquet files what was put in."""

from io import BytesIO

import pyarrow.parquet
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.parquet import parquet

numbers = st.one_of(st.none(), st.floats(allow_nan=False))
words = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"])))
tables = st.integers(0, 40).flatmap(
    lambda rows: st.dictionaries(
        st.text("abcdefgh_", min_size=1, max_size=9),
        st.one_of(st.lists(numbers, min_size=rows, max_size=rows), st.lists(words, min_size=rows, max_size=rows)),
        min_size=1, max_size=20,
    )
)  # fmt: skip


@settings(deadline=None)
@given(tables)
def test_any_table_comes_back_as_it_was(columns):
    read = pyarrow.parquet.read_table(BytesIO(parquet(columns)))
    assert {name: read.column(name).to_pylist() for name in columns} == columns
    assert read.column_names == list(columns)


def test_what_is_told_beside_the_table_is_kept():
    file = pyarrow.parquet.ParquetFile(BytesIO(parquet({"a": [1.5, None], "b": ["é", None]}, {"currency": "USD"})))
    assert file.metadata.metadata == {b"currency": b"USD"}
    assert [str(column.physical_type) for column in file.schema] == ["DOUBLE", "BYTE_ARRAY"]
    assert (file.metadata.num_rows, file.metadata.created_by) == (2, "aetheris")
