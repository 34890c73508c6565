// A finished stroke's coverage becomes colour, its alpha applied once.
uniform sampler2D coverage; // one texel a frame pixel, row 0 = top
uniform vec4 color;

void main()
{
    float byte = to_byte(texelFetch(coverage, ivec2(frame_pixel()), 0).r);
    result = vec4(color.rgb, scale_alpha(byte, color.a));
}
