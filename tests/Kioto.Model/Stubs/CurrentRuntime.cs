namespace Kioto;

internal static class CurrentRuntime
{
    internal static void Flow(RuntimeScheduler? scheduler)
    {
    }
}
