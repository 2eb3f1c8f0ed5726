using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>A binding with its value.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal sealed class LocalBinding<T> : LocalBinding
{
    private T? _value;

    // Where the value is instead, if somebody may take it out.
    private TaskLocalValue<T>? _box;

    internal void Set(TaskLocal<T> key, T value, TaskLocalValue<T>? box)
    {
        Key = key;
        IsInherited = key.IsInherited;
        _value = value;
        _box = box;
    }

    internal bool TryGet([MaybeNullWhen(false)] out T value)
    {
        if (_box is { } box)
        {
            return box.TryGet(out value);
        }

        value = _value!;
        return true;
    }

    internal void Clear()
    {
        Reset();
        Key = null!;
        _value = default;
        _box = null;
    }

    private protected override LocalBinding Clone() =>
        new LocalBinding<T> { Key = Key, IsInherited = IsInherited, _value = _value, _box = _box };
}
