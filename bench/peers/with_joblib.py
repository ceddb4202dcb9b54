"""joblib: a pool of threads; it has no graphs."""

import sys

from joblib import Parallel, delayed

from bench_work import double, numbers, total

_, _, size, _ = sys.argv
print(total(Parallel(n_jobs=32, prefer="threads")(delayed(double)(item) for item in numbers(int(size)))))
