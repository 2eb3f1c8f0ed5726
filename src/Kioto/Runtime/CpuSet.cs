using System;
using System.Collections;
using System.Collections.Generic;
using System.Numerics;
using System.Text;

namespace Kioto;

/// <summary>Some of the machine's processors, by their numbers: where threads may run. Immutable.</summary>
public sealed class CpuSet : IReadOnlyCollection<int>, IEquatable<CpuSet>
{
    private const int MaxCpus = 8192; // The kernel's own limit.
    private const int WordBits = 64;

    private readonly ulong[] _words;

    private CpuSet(ulong[] words) => _words = words;

    /// <summary>The processors that this process may use: what <c>taskset</c> and cpuset cgroups leave of the machine.</summary>
    /// <remarks>On other systems than Linux: as many as <see cref="Environment.ProcessorCount"/> says, from 0.</remarks>
    public static CpuSet Allowed
    {
        get
        {
            ulong[] words = NewWords();
            return ThreadAffinity.TryGetProcess(words) ? new CpuSet(words) : Range(0, Environment.ProcessorCount);
        }
    }

    /// <summary>How many processors there are in the set.</summary>
    public int Count
    {
        get
        {
            int count = 0;
            foreach (ulong word in _words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>Those that the current thread may use; null where nobody knows.</summary>
    internal static CpuSet? OfCurrentThread
    {
        get
        {
            ulong[] words = NewWords();
            return ThreadAffinity.TryGetCurrent(words) ? new CpuSet(words) : null;
        }
    }

    /// <summary>The processors with these numbers.</summary>
    /// <param name="cpus">The numbers: 0 to 8191, at least one.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentException">There is none, or a number is out of range.</exception>
    public static CpuSet Of(params ReadOnlySpan<int> cpus)
    {
        if (cpus.IsEmpty)
        {
            throw new ArgumentException("A CpuSet has at least one processor.", nameof(cpus));
        }

        ulong[] words = NewWords();
        foreach (int cpu in cpus)
        {
            if (cpu is < 0 or >= MaxCpus)
            {
                throw new ArgumentOutOfRangeException(nameof(cpus), cpu, $"A processor's number is between 0 and {MaxCpus - 1}.");
            }

            words[cpu / WordBits] |= 1UL << (cpu % WordBits);
        }

        return new CpuSet(words);
    }

    /// <summary>Processors with consecutive numbers.</summary>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many: at least one.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is none, or a number is not between 0 and 8191.</exception>
    public static CpuSet Range(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + count, MaxCpus, nameof(count));
        ulong[] words = NewWords();
        for (int cpu = first; cpu < first + count; cpu++)
        {
            words[cpu / WordBits] |= 1UL << (cpu % WordBits);
        }

        return new CpuSet(words);
    }

    /// <summary>Whether a processor is in the set.</summary>
    /// <param name="cpu">Its number.</param>
    /// <returns>True if it is.</returns>
    public bool Contains(int cpu) =>
        cpu is >= 0 and < MaxCpus && (_words[cpu / WordBits] & (1UL << (cpu % WordBits))) != 0;

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (int cpu = 0; cpu < MaxCpus; cpu++)
        {
            if (Contains(cpu))
            {
                yield return cpu;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(CpuSet? other) => other is not null && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CpuSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (ulong word in _words)
        {
            hash.Add(word);
        }

        return hash.ToHashCode();
    }

    /// <summary>The numbers as Linux writes them: 0-3,8.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        for (int cpu = 0; cpu < MaxCpus; cpu++)
        {
            if (!Contains(cpu))
            {
                continue;
            }

            int last = cpu;
            while (Contains(last + 1))
            {
                last++;
            }

            text.Append(text.Length == 0 ? "" : ",").Append(cpu);
            if (last > cpu)
            {
                text.Append('-').Append(last);
            }

            cpu = last;
        }

        return text.ToString();
    }

    /// <summary>What is in both sets.</summary>
    /// <param name="other">The other one.</param>
    /// <returns>The set, or null when there is nothing.</returns>
    internal CpuSet? And(CpuSet other)
    {
        ulong[] words = NewWords();
        ulong any = 0;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = _words[i] & other._words[i];
            any |= words[i];
        }

        return any == 0 ? null : new CpuSet(words);
    }

    /// <summary>Keeps the current thread on these processors. Where that is not supported nothing happens.</summary>
    /// <returns>0, or the errno.</returns>
    internal int ApplyToCurrentThread() => ThreadAffinity.SetCurrent(_words);

    private static ulong[] NewWords() => new ulong[MaxCpus / WordBits];
}
