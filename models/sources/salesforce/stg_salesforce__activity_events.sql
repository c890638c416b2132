{{ config(enabled='salesforce' in (var('sources') or [])) }}

select
    {{ event_row(
        'salesforce',
        event_id="'task-' || tasks.id",
        event_type="'task_' || lower(coalesce(tasks.task_subtype, 'task'))",
        occurred_at='coalesce(tasks.completed_date_time, tasks.created_date)',
        synced_at='tasks.synced_at',
        lead_id='tasks.who_id',
        fields={'asset': 'tasks.subject', 'channel': "'sales'"},
    ) }}
from {{ raw_table(
    'salesforce', 'task',
    texts=['id', 'who_id', 'task_subtype', 'subject'],
    times=['completed_date_time', 'created_date', '_fivetran_synced as synced_at'],
    flags=['is_closed', 'is_deleted'],
) }} as tasks
where tasks.is_closed and not tasks.is_deleted and tasks.who_id is not null

union all

-- a meeting of next week is a calendar entry, and no event until it takes place
select
    {{ event_row(
        'salesforce',
        event_id="'event-' || meetings.id",
        event_type="'meeting'",
        occurred_at='meetings.activity_date_time',
        synced_at='meetings.synced_at',
        lead_id='meetings.who_id',
        fields={'asset': 'meetings.subject', 'channel': "'sales'"},
    ) }}
from {{ raw_table('salesforce', 'event', ['id', 'who_id', 'subject'],
    times=['activity_date_time', '_fivetran_synced as synced_at'],
    flags=['is_deleted']) }} as meetings
where
    not meetings.is_deleted and meetings.who_id is not null
    and coalesce(meetings.activity_date_time <= {{ built_at() }}, true)
