"""What the product costs, each figure beside the least that it could cost, measured in the same run.

    python -m benchmarks [--only save,start] [--small]

How and why: docs/decisions/0010-measuring.md. A benchmark is one file here and one line in `suite.BENCHES`.
"""
