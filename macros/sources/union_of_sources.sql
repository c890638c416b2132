{#- The models of the sources that are switched on, as (source, model): those of a
    kind, such as records, merges, changes, events, links, outcomes or erasures. A
    source that we do not know is the customer's own: the var `source_models`
    names its models. -#}
{%- macro source_models_of(kind) -%}
    {%- set stream = {'events': ['events'], 'links': ['links']} -%}
    {%- set ours = {
        'hubspot': {
            'records': ['records'], 'merges': ['merges'], 'outcomes': ['outcomes'],
            'changes': ['changes'],
            'events': ['mail_events', 'web_events', 'engagement_events'],
        },
        'salesforce': {
            'records': ['contact_records', 'lead_records'], 'merges': ['merges'],
            'events': ['activity_events', 'campaign_events'],
            'outcomes': ['outcomes'], 'changes': ['changes'],
        },
        'marketo': {
            'records': ['records'], 'merges': ['merges'], 'changes': ['changes'],
            'events': ['activity_events'],
            'erasures': ['erasures'] if var('marketo_deletes_are_erasures') else [],
        },
        'snowplow': stream,
        'segment': stream,
        'rudderstack': stream,
        'ga4': stream,
    } -%}
    {%- set found = [] -%}
    {#- what int_records and int_addresses make of all of them -#}
    {%- set of_people = {
        'leads': 'int_source_leads', 'lead_merges': 'int_source_leads',
        'identities': 'int_addresses',
    } -%}
    {%- if kind in of_people and lead_scoring.source_models_of('records') -%}
        {%- do found.append(('', of_people[kind])) -%}
    {%- endif -%}
    {%- if kind == 'identities' and lead_scoring.source_models_of('links') -%}
        {%- do found.append(('', 'int_visitors')) -%}
    {%- endif -%}
    {%- for source_name in lead_scoring.list_var('sources') -%}
        {#- RudderStack's are in the models of Segment -#}
        {%- set folder = 'segment' if source_name == 'rudderstack' else source_name -%}
        {%- for model in ours.get(source_name, {}).get(kind, []) -%}
            {%- set model = 'stg_' ~ folder ~ '__' ~ model -%}
            {%- if model not in found | map(attribute=1) -%}
                {%- do found.append((source_name, model)) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set own = (var('source_models') or {}).get(source_name) -%}
        {%- if source_name not in ours and not own -%}
            {{- exceptions.raise_compiler_error(
                "The var sources names " ~ source_name ~ ", which is not one of "
                ~ "ours; use some of " ~ ours | join(", ") ~ ", or name the models "
                ~ "of your own source in the var source_models: {" ~ source_name
                ~ ": {records: [...], events: [...]}}."
            ) -}}
        {%- endif -%}
        {%- for model in (own or {}).get(kind, []) -%}
            {%- do found.append((source_name, model)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro -%}

{#- The rows of all sources of a kind, as a subquery, with the place of their source
    in the var `sources` as `source_rank`; an empty table where there is none.
    `columns`: those to take; `fields`: further ones, from vars; `types`: of an
    empty table's. -#}
{%- macro union_of_sources(kind, columns, fields=[], types={}) -%}
    {%- set models = lead_scoring.source_models_of(kind) -%}
    {%- set ranks = lead_scoring.list_var('sources') -%}
    {%- set own = var('source_models') or {} -%}
    {#- int_source_leads has those too of which nothing is there but the id -#}
    {%- set conditions = {
        'leads': 'is_known', 'lead_merges': 'not is_known',
        'identities': 'anonymous_id is not null',
    } -%}
    {%- if not models -%}
        {{- return(lead_scoring.empty_table(
            ['source_rank'] + columns,
            dict(types, source_rank=dbt.type_int()), fields
        )) -}}
    {%- endif -%}
(
        {%- for source_name, model in models %}
        {%- set existing = lead_scoring.column_names(ref(model)) %}
        select
            {{ ranks.index(source_name) if source_name else 0 }} as source_rank
            {%- for column in columns %},
            {{ lead_scoring.own_column(source_name, existing, column)
                if source_name in own
                else column if not existing or column in existing
                else 'null' }} as {{ column }}
            {%- endfor %}
            {%- for name in fields %},
            {{ lead_scoring.optional_column(existing, name) }}
                as {{ lead_scoring.optional_column({}, name) }}
            {%- endfor %}
        from {{ ref(model) }}
        {%- if kind in conditions %}
        where {{ conditions[kind] }}
        {%- endif %}
        {{- '\n        union all' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro -%}

{#- A column of a model of a customer's own source: its type, and what stands for one
    that is missing. Attributes have their own names there. -#}
{%- macro own_column(source_name, existing, name) -%}
    {%- set names = {name: name} -%}
    {%- for attribute, column in lead_scoring.field_columns('lead_attributes').items() -%}
        {%- do names.update({column: attribute}) -%}
    {%- endfor -%}
    {%- set is_there = not existing or names[name] in existing -%}
    {%- set missing = {
        'source_name': "'" ~ source_name ~ "'", 'record_type': "'lead'",
        'source_record_id': 'record_id', 'trust': '1', 'is_deleted': 'false',
    } -%}
    {%- if not is_there and name in missing -%}
        {{- return(missing[name]) -}}
    {%- elif name.endswith('_at') or name == 'valid_from' -%}
        {{- return(lead_scoring.optional_column(
            existing, name, dbt.type_timestamp()
        )) -}}
    {%- elif name in ['trust', 'is_deleted', 'amount'] -%}
        {{- return(name if is_there else 'null') -}}
    {%- elif name == 'email' -%}
        {{- return(lead_scoring.address_of(
            lead_scoring.optional_column(existing, name)
        )) -}}
    {%- endif -%}
    {{- return(lead_scoring.trimmed_text(
        lead_scoring.optional_column(existing, names[name]),
        lead_scoring.list_var('empty_values')
    )) -}}
{%- endmacro -%}
