// Nearest of the capsules and joins of all columns in reach, outwards from the own column.
float join(vec2 pixel, int x, vec4 left, vec4 right)
{
    if (!IS_PX(left.w) || !IS_PX(right.x))
        return NO_PX;
    return segment(pixel, vec2(float(x) + 0.5, left.w), vec2(float(x) + 1.5, right.x));
}

float body(vec2 pixel, int x, vec4 c)
{
    return IS_PX(c.y) ? capsule(pixel, float(x) + 0.5, c.y, c.z) : NO_PX;
}

void main()
{
    vec2 pixel = frame_pixel();
    int x = int(floor(pixel.x));
    vec4 left = column(x);
    vec4 right = left;
    float best = body(pixel, x, left);
    for (int i = 1; i <= reach + 1; i++) {
        // Ring i adds nothing nearer than i - 1; the factor is for rounding in a join.
        float nearest = float(i - 1);
        if (nearest * nearest >= best * 1.0001)
            break;
        vec4 next = column(x - i);
        best = min(best, min(body(pixel, x - i, next), join(pixel, x - i, next, left)));
        left = next;
        next = column(x + i);
        best = min(best, min(body(pixel, x + i, next), join(pixel, x + i - 1, right, next)));
        right = next;
    }
    result = ink(best);
}
