import { addTask } from '../../src/yeoman/add-task.ts';
import { generatorOf } from '../../src/yeoman/generator-for.ts';

export default generatorOf(addTask);
