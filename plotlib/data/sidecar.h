// The pyramid of a mapped file in a file of its own (private). Stage KEEP.
//
// A log: a header, then entries with a checksum each. A chunk's entry holds its record; the
// last entry for a chunk counts. A stamp says how long the samples' file was, and when it
// was changed, as the entries before it were written. Appending writes behind the end that
// was valid; everything else goes to a new file that takes the place of the old one. What
// was written only in part is noticed by its checksum.
//
// Numbers are in this machine's byte order, which the header marks.
#pragma once

#include <plotlib/data/mapped.h>

// Builder thread, lock not held: uses what is right of the sidecar, if there is one. One
// message when it is not used.
void plt_sidecar_load(struct plt_mapped *map);
// Builder thread, lock held and given up meanwhile: appends what is not in the sidecar yet,
// or writes it anew.
void plt_sidecar_save(struct plt_mapped *map);
