with rule_rows as (
    {% for table, declared in lead_scoring.rule_tables().items()
        if declared.rule_type %}
    {{ "union all" if not loop.first }}
    select
        '{{ table }}.csv' as file,
        '{{ declared.rule_type }}' as rule_type,
        cast({{ declared.field }} as {{ dbt.type_string() }}) as field,
        {% for column in [
                'model_id', 'group_id', 'operator', 'value', 'event_type',
                'counting', 'points', 'once_per', 'min_count', 'max_per_day',
                'window_days', 'decay', 'decay_days', 'max_points',
                'valid_from', 'valid_to', 'reason',
            ] %}
        cast(
            {{ column if declared.columns[column] else 'null' }}
            as {{ dbt.type_string() }}
        ) as {{ column }},
        {% endfor %}
        {{ declared.row }} as rule_id
    from {{ rule_table(table) }} as {{ table }}
    {% endfor %}
)

select * from rule_rows
