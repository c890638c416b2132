-- All of it follows from the declaration in macros/rules/rule_tables.sql.
with
{% for table, declared in lead_scoring.rule_tables().items() %}
{{ table }} as (
    select
        '{{ table }}.csv' as file,
        {{ 'model_id' if declared.columns.model_id else "''" }}
            as row_model_id,
        {{ declared.row }} as row_name,
        {{ table }}.*
    from {{ rule_table(table) }} as {{ table }}
),
{% endfor %}

cells as (
    {% for cell in lead_scoring.rule_cells() %}
    {{ "union all" if not loop.first }}
    select
        file,
        row_model_id,
        row_name,
        '{{ cell.column }}' as column_name,
        cell,
        number,
        '{{ cell.hint }}' as hint,
        coalesce({{ cell.is_valid }}, false) as is_valid,
        {{ cell.is_required | lower }} as is_required
    from (
        select
            file,
            row_model_id,
            row_name,
            {{ cell.column }} as cell,
            {{ parsed_number(cell.column) }} as number
        from {{ cell.table }}
    ) as column_cells
    {% endfor %}
),

problems as (
    select
        file,
        row_model_id as model_id,
        row_name as rule_id,
        column_name || ' is '
        || coalesce({{ quoted('cell') }}, 'empty') || '; ' || hint
        || case
            when hint not like '%number%' then ''
            when cell like '%,%' then ', without a comma, such as 2.5 or 1000'
            when abs(number) > 1e9 then ', at most 1000000000'
            else ''
        end as problem
    from cells
    where case when cell is null then is_required else not is_valid end

    {% for table, declared in lead_scoring.rule_tables().items() %}
    {% for key in declared.unique %}
    union all

    select
        file, row_model_id, {{ key | join(" || ' ' || ") }},
        cast(count(*) as {{ dbt.type_string() }})
        || ' rows have this {{ key | join(" and ") }}; '
        || 'change or delete all but one'
    from {{ table }}
    where {{ key | join(" is not null and ") }} is not null
    group by file, row_model_id, {{ key | join(", ") }}
    having count(*) > 1
    {% endfor %}
    {% endfor %}

    {% for table, declared in lead_scoring.rule_tables().items()
        if declared.columns.model_id and table != 'score_models' %}
    union all

    select
        file, row_model_id, row_name,
        'unknown model_id ' || {{ quoted('row_model_id') }}
        || '; use one of score_models.csv, or add it there'
    from {{ table }}
    where
        row_model_id is not null
        and row_model_id not in (
            select score_models.model_id
            from score_models
            where score_models.model_id is not null
        )
    {% endfor %}
)

select * from problems
