// One quad for 16 columns, as high as the ink in reach of them. Groups are 4 times faster
// than a quad a column in software, and waste fewer lanes of 2 x 2 fragments on a GPU.
void main()
{
    int x0 = bounds.x + gl_InstanceID * 16;
    int x1 = min(x0 + 16, bounds.z);
    float lo = NO_PX;
    float hi = -NO_PX;
    // `first` and `last` lie inside [lo, hi], and so do the joins between two columns.
    for (int x = x0 - reach - 1; x <= x1 + reach; x++) {
        vec4 c = column(x);
        lo = min(lo, c.y);
        hi = max(hi, c.z);
    }
    if (!IS_PX(lo)) {
        gl_Position = vec4(0.0, 0.0, 0.0, 1.0);
        return;
    }
    float top = max(floor(lo - half_width - 0.5), float(bounds.y));
    float bottom = min(ceil(hi + half_width + 0.5), float(bounds.w));
    vec2 low = vec2(float(x0), top);
    gl_Position = place(corner(gl_VertexID, low, vec2(float(x1), max(top, bottom))));
}
