using System.Threading;

namespace Kioto;

/// <summary>A task of a group whose spawner waits until it is started.</summary>
internal sealed class AwaitedMember(TaskGroup group, ISpawned task) : GroupMember(group, task)
{
    private WakeTarget? _spawner;

    /// <summary>Keeps whom to wake. Called before looking whether it was started.</summary>
    /// <param name="spawner">Whom to wake; null when nobody waits any more.</param>
    internal void SetSpawner(WakeTarget? spawner) => Interlocked.Exchange(ref _spawner, spawner); // ORDERING: full fence, before the look.

    internal override void OnStarting() => Interlocked.Exchange(ref _spawner, null)?.Wake(); // ORDERING: full fence, after the change.
}
