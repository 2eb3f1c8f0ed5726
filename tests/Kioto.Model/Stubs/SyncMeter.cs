namespace Kioto.Sync;

/// <summary>Nobody listens.</summary>
internal static class SyncMeter
{
    internal static void WaitsAlone(Waiter waiter, string operation)
    {
    }

    internal static void Waits(string operation, int length)
    {
    }

    internal static void Contends(string operation)
    {
    }

    internal static void PassesOn(string operation)
    {
    }
}
