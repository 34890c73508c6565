uniform vec4 color;

void main()
{
    result = color;
}
