{#- A table that may not be empty. -#}
{% test has_rows(model) %}

select 'no rows' as problem
from (select count(*) as row_count from {{ model }}) as counted
where row_count = 0

{% endtest %}
