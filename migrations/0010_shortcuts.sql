-- Keys without a modifier can be switched off by whoever they disturb (WCAG 2.2, 2.1.4).

alter table users add column shortcuts boolean not null default true;
