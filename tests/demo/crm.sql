-- The tables of crm and of the wallet's store, as a team that likes SQL Server would make them.

CREATE TABLE [dbo].[users] (
    [user_id] bigint NOT NULL,
    [name] nvarchar(100) NULL,
    [phone] varchar(40) NULL,
    [gender] nvarchar(10) COLLATE Cyrillic_General_CI_AS NULL,
    [birth_date] date NULL,
    [city] nvarchar(100) COLLATE Cyrillic_General_CI_AS NULL,
    [push_token] varchar(200) NULL,
    [updated_at] datetimeoffset(6) NOT NULL,
    CONSTRAINT [pk_users] PRIMARY KEY ([user_id])
);

CREATE TABLE [dbo].[contacts] (
    [contact_id] int NOT NULL,
    [user_id] bigint NOT NULL,
    [kind] varchar(20) NOT NULL,
    [value] nvarchar(max) NULL,
    [agreed] bit NULL,
    [updated_at] datetime2(6) NOT NULL,
    CONSTRAINT [pk_contacts] PRIMARY KEY ([contact_id])
);

CREATE TABLE [dbo].[mailing_history] (
    [sub_id] nvarchar(50) NOT NULL,
    [user_id] bigint NOT NULL,
    [grp] varchar(20) NOT NULL,
    [sent_at] datetime2(7) NOT NULL,
    [wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL,
    CONSTRAINT [pk_mailing_history] PRIMARY KEY ([sub_id], [user_id])
);

CREATE TABLE [dbo].[winners] (
    [week] date NOT NULL,
    [user_id] bigint NOT NULL,
    [wr_run_id] varchar(64) COLLATE Latin1_General_BIN2 NULL,
    CONSTRAINT [pk_winners] PRIMARY KEY ([week], [user_id])
);

-- What reports recorded.

CREATE TABLE [dbo].[wr_runs] (
  [run_id] varchar(64) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT [pk_wr_runs] PRIMARY KEY,
  [intent_hash] char(64) NOT NULL,
  [script_hash] char(64) NOT NULL,
  [occasion] nvarchar(max) NOT NULL,
  [values_json] nvarchar(max) NOT NULL,
  [made_by] nvarchar(256) NOT NULL,
  [made_at] varchar(32) NOT NULL,
  [row_count] bigint NOT NULL,
  [files_json] nvarchar(max) NOT NULL,
  [voided] nvarchar(max) NULL
);

CREATE TABLE [dbo].[wr_occasions] (
  [occasion_hash] char(64) COLLATE Latin1_General_BIN2 NOT NULL CONSTRAINT [pk_wr_occasions] PRIMARY KEY,
  [run_id] varchar(64) COLLATE Latin1_General_BIN2 NOT NULL
);
