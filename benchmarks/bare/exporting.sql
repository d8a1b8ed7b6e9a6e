-- name: copy_documents
select json_strip_nulls(to_json(d))
from (
    select o.*, (select json_agg(s order by s.id) from hsds_service_of_organization s where s.organization_id = o.id) as services
    from hsds_organization o) d

-- name: count_services
select count(*) from visible_service
