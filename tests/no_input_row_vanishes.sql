-- Every row that was read is used or accounted for by one of the other counts.
select *
from {{ ref('input_counts') }}
where
    rows_read <> rows_used + rows_read_before + rows_rejected
    + rows_of_other_types + rows_erased
    or rows_used < 0
    or rows_read_before < 0
    or rows_rejected < 0
    or rows_of_other_types < 0
    or rows_erased < 0
