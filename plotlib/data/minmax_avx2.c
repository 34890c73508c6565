// Kernels for x86 with AVX2; called only where the processor has it.
// Stage KEEP: chunk -> min/max tree -> columns.
#define PLT_MINMAX_TABLE plt_minmax_avx2
#include <plotlib/data/minmax_isa.h>
