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

    /// <summary>The <see cref="ConfiguredAwait{TAwaiter}.RegisterWake"/> for a type of awaiter.</summary>
    /// <param name="awaiter">The type.</param>
    /// <returns>The delegate, or null: the type is another one, or its inside is not what it was.</returns>
    internal static Delegate? Find(Type awaiter)
    {
        if (awaiter == typeof(TaskAwaiter))
        {
            return s_tasks ? new ConfiguredAwait<TaskAwaiter>.RegisterWake(Register) : null;
        }

        if (awaiter == typeof(ValueTaskAwaiter))
        {
            return s_valueTasks ? new ConfiguredAwait<ValueTaskAwaiter>.RegisterWake(Register) : null;
        }

        if (!awaiter.IsGenericType)
        {
            return null;
        }

        // What await foreach and the reads of a Stream await is here without dynamic code too.
        Type definition = awaiter.GetGenericTypeDefinition();
        if (s_tasks && definition == typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter))
        {
            return Is<bool>(awaiter) ? TaskOf<bool>()
                : Is<int>(awaiter) ? TaskOf<int>()
                : Make(nameof(TaskOf), awaiter);
        }

        if (s_valueTasks && definition == typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter))
        {
            return Is<bool>(awaiter) ? ValueTaskOf<bool>()
                : Is<int>(awaiter) ? ValueTaskOf<int>()
                : Make(nameof(ValueTaskOf), awaiter);
        }

        return null;
    }

    private static bool Is<T>(Type awaiter) => awaiter.GetGenericArguments()[0] == typeof(T);

    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The methods ask nothing of T.")]
    private static Delegate? Make(string method, Type awaiter) =>
        RuntimeFeature.IsDynamicCodeSupported
            ? (Delegate?)typeof(ConfiguredAwait).GetMethod(method, BindingFlags.Static | BindingFlags.NonPublic)!
                .MakeGenericMethod(awaiter.GetGenericArguments()[0]).Invoke(null, null)
            : null;

    private static Delegate TaskOf<T>() => new ConfiguredAwait<ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter>.RegisterWake(
        static (ref awaiter, continuation) => Inside<T>.Task(ref awaiter).GetAwaiter().UnsafeOnCompleted(continuation));

    private static Delegate ValueTaskOf<T>() => new ConfiguredAwait<ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter>.RegisterWake(
        static (ref awaiter, continuation) => Inside<T>.ValueTask(ref awaiter).GetAwaiter().UnsafeOnCompleted(continuation));

    private static void Register(ref TaskAwaiter awaiter, Action continuation) =>
        InsideOf(ref awaiter).GetAwaiter().UnsafeOnCompleted(continuation);

    private static void Register(ref ValueTaskAwaiter awaiter, Action continuation) =>
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
        return ReferenceEquals(InsideOf(ref plain), s_never) && ReferenceEquals(Inside<string>.Task(ref typed), task);
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

    private static class Inside<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
        internal static extern ref Task<T> Task(ref ConfiguredTaskAwaitable<T>.ConfiguredTaskAwaiter awaiter);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> ValueTask(ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter);
    }
}
