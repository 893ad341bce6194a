-- Offsets come again in a topic that was made anew: what else stands at one is another record, and is kept too. Told by
-- its content, a record that is delivered again is still the same.
ALTER TABLE pipeline_dead_letters DROP CONSTRAINT pipeline_dead_letters_stage_topic_partition_record_offset_key;
CREATE UNIQUE INDEX pipeline_dead_letters_record ON pipeline_dead_letters (stage, topic, partition, record_offset,
    coalesce(sha256(record_key), ''), coalesce(sha256(payload), ''), hashtextextended(headers::text, 0));
