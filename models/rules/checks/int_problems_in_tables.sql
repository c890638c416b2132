-- Most of it follows from the declaration in macros/rules/rule_tables.sql; what
-- stages and the limits of a model must be to each other comes last.
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
    {% for cell in rule_cells() %}
    {{ "union all" if not loop.first }}
    select
        file,
        row_model_id,
        row_name,
        '{{ cell.column }}' as column_name,
        {{ cell.column }} as cell,
        '{{ cell.hint }}' as hint,
        {{ cell.is_required | lower }} as is_required
    from {{ cell.table }}
    {% endfor %}
),

numbered_cells as (
    select
        *,
        {{ parsed_number('cell') }} as number
    from cells
),

checked_cells as (
    select
        *,
        case hint
            {% for cell in rule_cells() | unique(attribute='hint') -%}
            when '{{ cell.hint }}' then {{ cell.is_valid }}
            {% endfor %}
        end as is_valid
    from numbered_cells
),

limits as (
    select
        *,
        {{ parsed_number('min_score') }} as lowest_score,
        {{ parsed_number('max_score') }} as highest_score
    from score_models
),

bands as (
    select
        *,
        {{ parsed_number('enters_at') }} as begins_at,
        {{ parsed_number('exits_below') }} as ends_below,
        {{ parsed_number('stage_rank') }} as place,
        min({{ parsed_number('stage_rank') }}) over (partition by model_id)
            as lowest_place,
        min({{ parsed_number('enters_at') }}) over (partition by model_id)
            as lowest_beginning
    from stages
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
    from checked_cells
    where
        case
            when cell is null then is_required
            else not coalesce(is_valid, false)
        end

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

    union all

    select
        bands.file, bands.model_id, bands.stage,
        'is the lowest stage but begins at ' || bands.enters_at
        || ', so leads below it have no stage; use the min_score of the '
        || 'model, ' || limits.min_score
    from bands
    inner join limits on bands.model_id = limits.model_id
    where
        bands.place = bands.lowest_place
        and bands.lowest_beginning > limits.lowest_score

    union all

    select
        file, model_id, stage,
        'exits_below ' || exits_below || ' is above enters_at ' || enters_at
        || '; use ' || enters_at || ' or less'
    from bands
    where ends_below > begins_at

    union all

    select
        'score_models.csv', '', '',
        cast(count(*) as {{ dbt.type_string() }})
        || ' models have is_primary true; exactly one must have it'
    from score_models
    where is_primary = 'true'
    having count(*) <> 1

    union all

    select
        file, model_id, model_id,
        'max_score ' || max_score || ' is not above min_score ' || min_score
        || '; use a higher max_score'
    from limits
    where highest_score <= lowest_score

    union all

    select
        'stages.csv', score_models.model_id, score_models.model_id,
        'the model has no stage; add a row for each, the lowest with '
        || 'enters_at ' || coalesce(score_models.min_score, '0')
    from score_models
    left join stages on score_models.model_id = stages.model_id
    where stages.model_id is null

    union all

    select
        territories.file, '', territories.priority,
        'owner is ' || {{ quoted('territories.owner') }} || ', which is '
        || 'neither a name nor a segment of sales_people.csv; use one, or '
        || 'add it there'
    from territories
    left join sales_people
        on territories.owner in (sales_people.name, sales_people.segment)
    where territories.owner is not null and sales_people.file is null

    union all

    select
        sales_people.file, '', sales_people.name,
        'is the name of a person and a segment too; rename one of them'
    from sales_people
    where
        sales_people.name in (
            select segments.segment
            from sales_people as segments
            where segments.segment is not null
        )
)

select * from problems
