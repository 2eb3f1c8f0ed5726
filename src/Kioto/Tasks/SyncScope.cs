namespace Kioto;

/// <summary>Opens the scope of a task-local for the code of one block, on a strand or on a plain thread.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
internal readonly ref struct SyncScope<T>
{
    private readonly ScopeFrame<T, Unit> _frame;
    private readonly Ambient _ambient;
    private readonly Strand? _strand;

    internal SyncScope(TaskLocal<T> key, T value)
    {
        _ambient = Ambient.Current;
        _strand = _ambient.Strand;
        _frame = SourcePool<ScopeFrame<T, Unit>>.Rent(_ambient);
        LocalBinding<T> binding = _frame.OwnBinding;
        binding.Set(key, value, null);
        if (_strand is { } strand)
        {
            binding.Outer = strand.Locals;
            strand.Locals = binding;
        }
        else
        {
            binding.Outer = _ambient.Locals;
            _ambient.Locals = binding;
        }
    }

    public void Dispose()
    {
        if (_strand is { } strand)
        {
            strand.Locals = _frame.OwnBinding.Outer;
        }
        else
        {
            _ambient.Locals = _frame.OwnBinding.Outer;
        }

        _frame.Abandon();
    }
}
