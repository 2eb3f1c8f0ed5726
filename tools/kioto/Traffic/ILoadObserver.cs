using System;

namespace Kioto.Tool.Traffic;

/// <summary>Watches a load.</summary>
internal interface ILoadObserver
{
    void Started();

    void Running(long messages, TimeSpan elapsed);

    void Ended();
}
