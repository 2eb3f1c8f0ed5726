using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kioto;

/// <summary>What cancelling must know of one type of state machine; looked up once, when first needed.</summary>
/// <typeparam name="TStateMachine">The state machine.</typeparam>
internal static class MachineTraits<[DynamicallyAccessedMembers(MachineTraits.Fields)] TStateMachine>
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    /// <summary>Whether the method has no handler of its own: no try, using, lock or foreach that disposes.</summary>
    /// <remarks>The compiler's own handler, which completes the future, is the one. False where nobody can tell.</remarks>
    internal static readonly bool HasNoHandlers = RuntimeFeature.IsDynamicCodeSupported && CountHandlers() == 1;

    /// <summary>Replaces the awaiter that the suspended method will ask for its result.</summary>
    /// <param name="machine">The state machine.</param>
    /// <param name="awaiter">The awaiter's type.</param>
    /// <returns>False if it can't be replaced.</returns>
    internal static bool TryThrowAt(ref TStateMachine machine, ForeignAwaiter awaiter)
    {
        // The compiler has one field a type of awaiter.
        FieldInfo? field = null;
        foreach (FieldInfo candidate in typeof(TStateMachine).GetFields(Instance))
        {
            if (candidate.FieldType == awaiter.Type && candidate.Name.StartsWith("<>u__", System.StringComparison.Ordinal))
            {
                field = candidate;
            }
        }

        if (field is null || awaiter.Throwing(Throw.Cancelled()) is not { } throwing)
        {
            return false;
        }

        object boxed = machine!;
        field.SetValue(boxed, throwing);
        machine = (TStateMachine)boxed;
        return true;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A body that was trimmed has its handlers still.")]
    [UnconditionalSuppressMessage("Trimming", "IL2090", Justification = "MoveNext is called, and so it is kept.")]
    private static int CountHandlers() =>
        typeof(TStateMachine).GetMethod("MoveNext", Instance)?.GetMethodBody()?.ExceptionHandlingClauses.Count ?? -1;
}
