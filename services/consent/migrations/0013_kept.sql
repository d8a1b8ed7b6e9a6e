-- An agency objects to the deletion of single categories: those are kept, and of everything else copies and keys are gone.
-- Rows without categories keep the columns, and with them the hash, that they had.

alter table acknowledgement add column categories text[]
    check (categories is null or (cardinality(categories) > 0 and step = 'objected'));
