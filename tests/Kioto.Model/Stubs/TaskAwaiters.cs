using System;

namespace Kioto;

/// <summary>The models' tasks have no awaiters that could be looked into.</summary>
internal static class TaskAwaiters
{
    internal static bool Include(Type awaiter) => awaiter is not null;

    internal static object? Throwing<TAwaiter>(Exception exception) => null;

    internal static ForeignOutcome OutcomeOf<TAwaiter>(ref TAwaiter awaiter) => default;
}
