namespace Kioto;

internal sealed class Task<T> : Task
{
    internal T Result => default!;
}
