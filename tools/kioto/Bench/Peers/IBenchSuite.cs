using System;
using System.Collections.Generic;

namespace Kioto.Tool.Bench;

/// <summary>The benchmarks of one peer that lives in this executable.</summary>
internal interface IBenchSuite
{
    string Peer { get; }

    string Version { get; }

    /// <summary>By name: runs one repetition, given the number of workers and of operations.</summary>
    IReadOnlyDictionary<string, Func<int, int, Sample>> Benches { get; }
}
