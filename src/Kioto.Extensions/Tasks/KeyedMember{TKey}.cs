namespace Kioto;

/// <summary>A task of a join map.</summary>
/// <typeparam name="TKey">The type of the keys.</typeparam>
internal sealed class KeyedMember<TKey>(TaskGroup group, ISpawned task, TKey key) : GroupMember(group, task)
{
    internal TKey Key { get; } = key;
}
