using System;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using TaskAwaiter = System.Runtime.CompilerServices.ConfiguredTaskAwaitable.ConfiguredTaskAwaiter;
using ValueTaskAwaiter = System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter;

namespace Kioto;

/// <summary>Finds out what is inside the awaiters that <c>ConfigureAwait</c> makes. See docs/decisions/0010.</summary>
/// <remarks>Their fields are private to .NET: probed once, and left alone where the probe fails.</remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "Who awaits the ValueTask takes its result, later and once.")]
internal static class ConfiguredAwait
{
    // Before the probe, which uses it.
    private static readonly Task s_never = new TaskCompletionSource().Task;

    private static readonly bool s_tasks = Probe(ProbeTasks);
    private static readonly bool s_valueTasks = Probe(ProbeValueTasks);

    /// <summary>How an awaiter of a type is given a continuation.</summary>
    /// <typeparam name="TAwaiter">The type.</typeparam>
    /// <returns>The delegate, or null: the type is another one, or its inside is not what it was.</returns>
    internal static ConfiguredAwait<TAwaiter>.RegisterWake? Find<TAwaiter>()
    {
        Type awaiter = typeof(TAwaiter);
        Type definition = awaiter.IsGenericType ? awaiter.GetGenericTypeDefinition() : awaiter;
        if (definition == typeof(TaskAwaiter) || definition == typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter))
        {
            return s_tasks ? RegisterTask : null;
        }

        Delegate? register = !s_valueTasks ? null
            : definition == typeof(ValueTaskAwaiter) ? new ConfiguredAwait<ValueTaskAwaiter>.RegisterWake(RegisterValueTask)
            : definition == typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter) ? OfValueTask(awaiter.GetGenericArguments()[0])
            : null;
        return (ConfiguredAwait<TAwaiter>.RegisterWake?)register;
    }

    // What await foreach and the reads of a Stream await needs no dynamic code.
    private static Delegate? OfValueTask(Type result) =>
        result == typeof(bool) ? ValueTaskOf<bool>()
        : result == typeof(int) ? ValueTaskOf<int>()
        : RuntimeFeature.IsDynamicCodeSupported ? Make(result)
        : null;

    [RequiresDynamicCode("The result's type is known at run time only.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The method asks nothing of T, and is used above.")]
    private static Delegate Make(Type result) =>
        (Delegate)typeof(ConfiguredAwait).GetMethod(nameof(ValueTaskOf), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(result).Invoke(null, null)!;

    private static Delegate ValueTaskOf<T>() => new ConfiguredAwait<ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter>.RegisterWake(
        static (ref awaiter, continuation) => Inside<T>.ValueTask(ref awaiter).GetAwaiter().UnsafeOnCompleted(continuation));

    // SAFETY: the awaiter of Task<T> has the layout of that of Task: .NET's own method builders rely on it, and the probe looks.
    private static void RegisterTask<TAwaiter>(ref TAwaiter awaiter, Action continuation) =>
        InsideOf(ref Unsafe.As<TAwaiter, TaskAwaiter>(ref awaiter)).GetAwaiter().UnsafeOnCompleted(continuation);

    private static void RegisterValueTask(ref ValueTaskAwaiter awaiter, Action continuation) =>
        InsideOf(ref awaiter).GetAwaiter().UnsafeOnCompleted(continuation);

    private static bool Probe(Func<bool> probe)
    {
        try
        {
            return probe();
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    private static bool ProbeTasks()
    {
        TaskAwaiter plain = s_never.ConfigureAwait(false).GetAwaiter();
        Task<string> task = new TaskCompletionSource<string>().Task;
        ConfiguredTaskAwaitable<string>.ConfiguredTaskAwaiter typed = task.ConfigureAwait(false).GetAwaiter();

        // SAFETY: looked at only where the sizes are the same and the typed field is what it was.
        return ReferenceEquals(InsideOf(ref plain), s_never) &&
            Unsafe.SizeOf<ConfiguredTaskAwaitable<string>.ConfiguredTaskAwaiter>() == Unsafe.SizeOf<TaskAwaiter>() &&
            ReferenceEquals(Inside<string>.Task(ref typed), task) &&
            ReferenceEquals(InsideOf(ref Unsafe.As<ConfiguredTaskAwaitable<string>.ConfiguredTaskAwaiter, TaskAwaiter>(ref typed)), task);
    }

    private static bool ProbeValueTasks()
    {
        ValueTaskAwaiter plain = new ValueTask(s_never).ConfigureAwait(false).GetAwaiter();
        ValueTask<string> task = new("probe");
        ConfiguredValueTaskAwaitable<string>.ConfiguredValueTaskAwaiter typed = task.ConfigureAwait(true).GetAwaiter();
        return ReferenceEquals(InsideOf(ref plain).AsTask(), s_never) && Inside<string>.ValueTask(ref typed).Equals(task);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    private static extern ref Task InsideOf(ref TaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref ValueTask InsideOf(ref ValueTaskAwaiter awaiter);

    /// <summary>The fields of the typed awaiters.</summary>
    private static class Inside<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
        internal static extern ref Task<T> Task(ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter awaiter);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> ValueTask(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter);
    }
}
