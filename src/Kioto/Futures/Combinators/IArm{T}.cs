namespace Kioto;

/// <summary>What can be an arm of a combinator: a future, a join handle, a pinned future.</summary>
/// <remarks>
/// Passing a struct by this interface costs a small object. <c>Kio.Select</c> and its relatives have overloads without
/// that cost for arms that are futures; <c>AsUnit()</c> and <c>AsFuture()</c> make one of every kind.
/// </remarks>
/// <typeparam name="T">The type of the result; <see cref="Unit"/> where there is none.</typeparam>
public interface IArm<T>
{
    /// <summary>The future that the arm runs.</summary>
    internal Future<T> Arm { get; }
}
