#pragma once
// A crash must not tell what the process was working on (ENC-REST, ENC-TRANSIT): keys, titles and addresses lie in its
// memory, and exceptions quote what they could not read.

namespace engine::adapters {

/// From now on there is no core file, and an exception that nobody caught is told by its type, never by its words.
void keep_crashes_quiet();

}  // namespace engine::adapters
