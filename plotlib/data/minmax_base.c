// Kernels for what every processor of the architecture has (SSE2, NEON).
// Stage KEEP: chunk -> min/max tree -> columns.
#define PLT_MINMAX_TABLE plt_minmax_base
#include <plotlib/data/minmax_isa.h>
