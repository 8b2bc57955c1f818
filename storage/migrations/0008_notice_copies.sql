-- Messages in which somebody opened a notice for themselves: a correction or a recall reaches them too.

CREATE TABLE notice_copies (
    chat_id    INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    item_id    INTEGER NOT NULL REFERENCES outbox (id),
    listed     INTEGER NOT NULL CHECK (listed IN (0, 1)),
    PRIMARY KEY (chat_id, message_id)
) STRICT;
CREATE INDEX notice_copies_by_item ON notice_copies (item_id);
