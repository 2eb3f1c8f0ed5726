using System.Collections.Generic;
using System.Linq;
using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The explorer finds exactly the outcomes that the definition of the memory model allows.</summary>
public sealed class RandomProgramTests
{
    private const int Variables = 2;

    [Theory]
    [InlineData(true, 2, 4, 60)]
    [InlineData(true, 3, 2, 40)]
    [InlineData(false, 2, 4, 40)]
    public void OutcomesAreThoseOfTheMachine(bool storeBuffers, int threads, int length, int programs)
    {
        var random = new SplitMix(17);
        for (int i = 0; i < programs; i++)
        {
            Instruction[][] program = [.. Enumerable.Range(0, threads).Select(_ => Draw(ref random, length))];
            string text = string.Join(" || ", program.Select(thread => string.Join("; ", thread)));

            string expected = new TsoMachine(program, storeBuffers).Outcomes(Variables);

            Assert.Equal($"{text}: {expected}", $"{text}: {Explore(program, storeBuffers)}");
        }
    }

    private static Instruction[] Draw(ref SplitMix random, int length)
    {
        var instructions = new Instruction[length];
        for (int i = 0; i < length; i++)
        {
            instructions[i] = new Instruction("WWWWRRRRXF"[random.Below(10)], random.Below(Variables), 1 + random.Below(9));
        }

        return instructions;
    }

    private static string Explore(Instruction[][] program, bool storeBuffers)
    {
        var outcomes = new HashSet<string>();
        var options = new ModelOptions { StoreBuffers = storeBuffers, PreemptionBound = ModelOptions.Unlimited };
        Model.Check(options, () =>
        {
            int[] memory = new int[Variables];
            List<int>[] registers = [.. program.Select(_ => new List<int>())];
            ModelHandle[] handles =
                [.. program.Select((thread, i) => Model.Spawn(() => Interpret(thread, memory, registers[i])))];
            foreach (ModelHandle handle in handles)
            {
                handle.Join();
            }

            outcomes.Add(TsoMachine.Describe(memory, registers));
        });
        return string.Join(' ', outcomes.Order());
    }

    private static void Interpret(Instruction[] instructions, int[] memory, List<int> registers)
    {
        foreach (Instruction instruction in instructions)
        {
            ref int variable = ref memory[instruction.Variable];
            switch (instruction.Kind)
            {
                case 'W':
                    Volatile.Write(ref variable, instruction.Value);
                    break;
                case 'R':
                    registers.Add(Volatile.Read(ref variable));
                    break;
                case 'X':
                    registers.Add(Interlocked.Exchange(ref variable, instruction.Value));
                    break;
                default:
                    Interlocked.MemoryBarrier();
                    break;
            }
        }
    }
}
