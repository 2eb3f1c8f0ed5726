using System;

namespace Kioto.AspNetCore.Tests;

/// <summary>A connection that asks and waits for the answer, and allocates nothing for it itself.</summary>
internal interface IExchange : IDisposable
{
    void Exchange();
}
