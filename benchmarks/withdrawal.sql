-- name: withdrawn
-- Legal time of the withdrawal of a case ($1), and how many readings are dated at or after it.
select w.at, (select count(*) from disclosure d where d.case_id = w.case_id and d.recipient_id = w.recipient_id and d.at >= w.at)
    as readings_after
from withdrawal w where w.case_id = $1
