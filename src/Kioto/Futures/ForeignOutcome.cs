using System.Threading.Tasks;

namespace Kioto;

/// <summary>Where to see whether a foreign operation ended cancelled: whichever of the three it is, or none.</summary>
/// <param name="Task">A Task.</param>
/// <param name="ValueTask">A ValueTask.</param>
/// <param name="Step">A ValueTask of bool: what an async iterator's MoveNextAsync gives.</param>
internal readonly record struct ForeignOutcome(Task? Task, ValueTask ValueTask = default, ValueTask<bool> Step = default)
{
    /// <summary>Whether it has ended so. Only once it has ended, and before its result has been taken.</summary>
    internal bool IsCanceled => Task is { IsCanceled: true } || ValueTask.IsCanceled || Step.IsCanceled;
}
