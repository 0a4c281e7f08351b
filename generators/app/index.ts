import { generatorOf } from '../../src/yeoman/generator-for.ts';
import { newTask } from '../../src/yeoman/new-task.ts';

export default generatorOf(newTask);
