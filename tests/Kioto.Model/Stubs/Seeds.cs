namespace Kioto;

internal sealed class Seeds
{
    internal ulong OfWorker(int index) => (ulong)index + 1;
}
