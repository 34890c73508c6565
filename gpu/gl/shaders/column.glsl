// Dense columns {first, lo, hi, last}, folded into rows of a texture.
// Absent numbers are NO_PX: isnan() may be compiled away.
#define NO_PX 1e30
#define IS_PX(y) ((y) < 1e29)
uniform sampler2D columns;
uniform ivec4 run;    // frame column of the first, its index, count, log2 of the row length
uniform ivec4 bounds; // all ink lies inside
uniform int reach;    // columns to either side whose ink can reach a pixel

vec4 column(int x)
{
    int k = x - run.x;
    if (k < 0 || k >= run.z)
        return vec4(NO_PX, NO_PX, -NO_PX, NO_PX);
    k += run.y;
    return texelFetch(columns, ivec2(k & ((1 << run.w) - 1), k >> run.w), 0);
}
