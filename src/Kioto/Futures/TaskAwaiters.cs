using System;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>The awaiters of Task and ValueTask: the task behind one, and one whose await throws.</summary>
internal static class TaskAwaiters
{
    private const string TaskKind = "Task";
    private const string ConfiguredTaskKind = "ConfiguredTask";

    private static readonly bool s_readable = ProbeFields();

    /// <summary>Whether it is an awaiter of Task or ValueTask.</summary>
    /// <param name="awaiter">The type.</param>
    /// <returns>True if it is.</returns>
    internal static bool Include(Type awaiter) =>
        awaiter == typeof(TaskAwaiter) ||
        awaiter == typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter) ||
        awaiter == typeof(ValueTaskAwaiter) ||
        awaiter == typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter) ||
        Factory(awaiter) is not null;

    /// <summary>An awaiter whose <c>GetResult</c> throws.</summary>
    /// <typeparam name="TAwaiter">Its type.</typeparam>
    /// <param name="exception">What it throws.</param>
    /// <returns>
    /// The awaiter, boxed; null for other types. In native code also null for a ValueTask whose result is a value type
    /// other than those below: there is no code that makes one.
    /// </returns>
    internal static object? Throwing<TAwaiter>(Exception exception)
    {
        TAwaiter awaiter = default!;
        switch (Factory(typeof(TAwaiter)))
        {
            // SAFETY: the awaiter of Task<T> has the layout of that of Task, as the probe has seen. It asks the task for
            // its outcome before it looks at the result, and so never looks at what this task has none of.
            case TaskKind when s_readable:
                Unsafe.As<TAwaiter, TaskAwaiter>(ref awaiter) = Task.FromException(exception).GetAwaiter();
                return awaiter;
            case ConfiguredTaskKind when s_readable:
                Unsafe.As<TAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter) =
                    Task.FromException(exception).ConfigureAwait(false).GetAwaiter(); // SAFETY: as above.
                return awaiter;
            case nameof(OfValueTask):
                return MakeValueTask(nameof(OfValueTask), typeof(TAwaiter).GenericTypeArguments[0], exception);
            case nameof(OfConfiguredValueTask):
                return MakeValueTask(nameof(OfConfiguredValueTask), typeof(TAwaiter).GenericTypeArguments[0], exception);
        }

        return typeof(TAwaiter) == typeof(TaskAwaiter) ? Task.FromException(exception).GetAwaiter()
            : typeof(TAwaiter) == typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter) ? Task.FromException(exception).ConfigureAwait(false).GetAwaiter()
            : typeof(TAwaiter) == typeof(ValueTaskAwaiter) ? new ValueTask(Task.FromException(exception)).GetAwaiter()
            : typeof(TAwaiter) == typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter)
                ? new ValueTask(Task.FromException(exception)).ConfigureAwait(false).GetAwaiter()
            : null;
    }

    /// <summary>What is behind an awaiter.</summary>
    /// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>Nothing for types that can't be looked into.</returns>
    internal static ForeignOutcome OutcomeOf<TAwaiter>(ref TAwaiter awaiter)
    {
        if (TaskOf(ref awaiter) is { } task)
        {
            return new ForeignOutcome(task);
        }

        if (!s_readable)
        {
            return default;
        }

        // SAFETY: the cast, as in each of those below, is to the type that was just asked for.
        if (typeof(TAwaiter) == typeof(ValueTaskAwaiter))
        {
            return new ForeignOutcome(null, ValueField(ref Unsafe.As<TAwaiter, ValueTaskAwaiter>(ref awaiter)));
        }

        if (typeof(TAwaiter) == typeof(ValueTaskAwaiter<bool>))
        {
            return new ForeignOutcome(null, default, Typed<bool>.Field(ref Unsafe.As<TAwaiter, ValueTaskAwaiter<bool>>(ref awaiter)));
        }

        // SAFETY: as above.
        if (typeof(TAwaiter) == typeof(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter))
        {
            return new ForeignOutcome(null, ConfiguredValueField(
                ref Unsafe.As<TAwaiter, ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter>(ref awaiter)));
        }

        if (typeof(TAwaiter) == typeof(ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter))
        {
            return new ForeignOutcome(null, default, Typed<bool>.ConfiguredField(
                ref Unsafe.As<TAwaiter, ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter>(ref awaiter)));
        }

        return default;
    }

    /// <summary>The Task behind an awaiter.</summary>
    /// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <returns>The Task; null if the awaiter is none of Task's.</returns>
    private static Task? TaskOf<TAwaiter>(ref TAwaiter awaiter)
    {
        if (!s_readable)
        {
            return null;
        }

        // SAFETY: the awaiter of Task<T> has the layout of that of Task; .NET's own method builders rely on it too.
        return Factory(typeof(TAwaiter)) switch
        {
            TaskKind => TaskField(ref Unsafe.As<TAwaiter, TaskAwaiter>(ref awaiter)),
            ConfiguredTaskKind => ConfiguredTaskField(
                ref Unsafe.As<TAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter)),
            null when typeof(TAwaiter) == typeof(TaskAwaiter) =>
                TaskField(ref Unsafe.As<TAwaiter, TaskAwaiter>(ref awaiter)),
            null when typeof(TAwaiter) == typeof(ConfiguredTaskAwaitable.ConfiguredTaskAwaiter) => ConfiguredTaskField(
                ref Unsafe.As<TAwaiter, ConfiguredTaskAwaitable.ConfiguredTaskAwaiter>(ref awaiter)),
            _ => null,
        };
    }

    private static string? Factory(Type awaiter)
    {
        if (!awaiter.IsGenericType)
        {
            return null;
        }

        Type definition = awaiter.GetGenericTypeDefinition();
        return definition == typeof(TaskAwaiter<>) ? TaskKind
            : definition == typeof(ConfiguredTaskAwaitable<>.ConfiguredTaskAwaiter) ? ConfiguredTaskKind
            : definition == typeof(ValueTaskAwaiter<>) ? nameof(OfValueTask)
            : definition == typeof(ConfiguredValueTaskAwaitable<>.ConfiguredValueTaskAwaiter) ? nameof(OfConfiguredValueTask)
            : null;
    }

    // A ValueTask looks at the type of the task inside: it must be one of its own type.
    private static object? MakeValueTask(string factory, Type result, Exception exception)
    {
        bool configured = factory == nameof(OfConfiguredValueTask);
        if (result == typeof(bool))
        {
            return configured ? OfConfiguredValueTask<bool>(exception) : OfValueTask<bool>(exception);
        }

        if (result == typeof(int))
        {
            return configured ? OfConfiguredValueTask<int>(exception) : OfValueTask<int>(exception);
        }

        if (result == typeof(long))
        {
            return configured ? OfConfiguredValueTask<long>(exception) : OfValueTask<long>(exception);
        }

        if (result == typeof(object))
        {
            return configured ? OfConfiguredValueTask<object>(exception) : OfValueTask<object>(exception);
        }

        return RuntimeFeature.IsDynamicCodeSupported || !result.IsValueType ? Make(factory, result, exception) : null;
    }

    [DynamicDependency("OfValueTask``1")]
    [DynamicDependency("OfConfiguredValueTask``1")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Without dynamic code for reference types only: they share the code that exists for object.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "The methods' parameters have no requirements.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The methods are kept by the attributes above.")]
    private static object Make(string factory, Type result, Exception exception) =>
        typeof(TaskAwaiters).GetMethod(factory, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(result).Invoke(null, [exception])!;

    private static ValueTaskAwaiter<T> OfValueTask<T>(Exception exception) =>
        new ValueTask<T>(Task.FromException<T>(exception)).GetAwaiter();

    private static ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter OfConfiguredValueTask<T>(Exception exception) =>
        new ValueTask<T>(Task.FromException<T>(exception)).ConfigureAwait(false).GetAwaiter();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    private static extern ref Task TaskField(ref TaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "m_task")]
    private static extern ref Task ConfiguredTaskField(ref ConfiguredTaskAwaitable.ConfiguredTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref ValueTask ValueField(ref ValueTaskAwaiter awaiter);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
    private static extern ref ValueTask ConfiguredValueField(
        ref ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter);

    private static bool ProbeFields()
    {
        try
        {
            ValueTaskAwaiter value = default;
            ValueTaskAwaiter<bool> step = default;
            ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter configuredValue = default;
            ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter configuredStep = default;
            TaskAwaiter awaiter = Task.CompletedTask.GetAwaiter();
            TaskAwaiter<int> typed = Task.FromResult(1).GetAwaiter();
            ConfiguredTaskAwaitable.ConfiguredTaskAwaiter configured = Task.CompletedTask.ConfigureAwait(false).GetAwaiter();
            TaskAwaiter<string> reinterpreted = default;
            Unsafe.As<TaskAwaiter<string>, TaskAwaiter>(ref reinterpreted) = Task.CompletedTask.GetAwaiter(); // SAFETY: the sizes are compared below.
            return Ended(ValueField(ref value)) && Ended(ConfiguredValueField(ref configuredValue)) &&
                Ended(Typed<bool>.Field(ref step)) && Ended(Typed<bool>.ConfiguredField(ref configuredStep)) &&
                TaskField(ref awaiter) == Task.CompletedTask &&
                ConfiguredTaskField(ref configured) == Task.CompletedTask &&
                Unsafe.SizeOf<TaskAwaiter<int>>() == Unsafe.SizeOf<TaskAwaiter>() && typed.IsCompleted &&
                Unsafe.SizeOf<TaskAwaiter<string>>() == Unsafe.SizeOf<TaskAwaiter>() && reinterpreted.IsCompleted;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    private static bool Ended(ValueTask task) => task.IsCompleted;

    private static bool Ended(ValueTask<bool> task) => task.IsCompleted;

    /// <summary>An accessor of a generic type's field must be generic itself.</summary>
    private static class Typed<T>
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> Field(ref ValueTaskAwaiter<T> awaiter);

        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_value")]
        internal static extern ref ValueTask<T> ConfiguredField(
            ref ConfiguredValueTaskAwaitable<T>.ConfiguredValueTaskAwaiter awaiter);
    }
}
