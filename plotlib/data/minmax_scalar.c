// The reference kernels: the same loops, one element at a time.
// Stage KEEP: chunk -> min/max tree -> columns.
#define PLT_MINMAX_TABLE plt_minmax_scalar
#define PLT_MINMAX_PLAIN
#include <plotlib/data/minmax_isa.h>
