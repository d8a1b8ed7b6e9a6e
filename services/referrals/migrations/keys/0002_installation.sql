-- From now on the id is that of the content database, not the installation's name.
delete from installation;
