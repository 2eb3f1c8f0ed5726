using System.Threading;

namespace Kioto;

/// <summary>No execution context flows in a model.</summary>
internal static class ContextFlow
{
    internal static bool IsDefault(Ambient ambient) => true;

    internal static ExecutionContext? Save() => null;

    internal static ExecutionContext? Save(Ambient ambient) => null;

    internal static void Enter(ExecutionContext? saved)
    {
    }

    internal static void Enter(ExecutionContext? saved, Ambient ambient)
    {
    }

    internal static void Clear(Ambient ambient)
    {
    }

    internal static ExecutionContext Remember(out bool suppressed)
    {
        suppressed = false;
        return null!;
    }

    internal static void ComeBack(ExecutionContext context, bool suppressed)
    {
    }
}
