// Coverage of one listed segment; GL_MAX keeps the nearest.
flat in vec4 line;

void main()
{
    result = ink(segment(frame_pixel(), line.xy, line.zw));
}
